"""Every command says what it is for, with an example that can be typed as it stands."""

from collections.abc import Iterator

import click
import pytest

from auditapp.cli import commands


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command below a group, with the words that lead to it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(leaves(commands))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_has_an_example_on_a_line_of_its_own(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    shown = command.get_help(click.Context(command, info_name=path[-1], max_content_width=100)).splitlines()
    heading = next(at for at, line in enumerate(shown) if line.strip() == "Example:")
    words = shown[heading + 1].split()
    assert words[: 1 + len(path)] == ["auditapp", *path]
    assert "\\b" not in "\n".join(shown)
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_groups_say_what_they_hold() -> None:
    groups = [command for command in commands.commands.values() if isinstance(command, click.Group)]
    assert groups
    assert all(group.help for group in groups)
