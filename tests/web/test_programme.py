"""The pages of the programme: planned, read, changed, copied, approved; two who edit at once."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from auditapp.domain.calendar import CouncilYear
from auditapp.domain.people import Grant
from auditapp.domain.programme import Plan
from auditapp.domain.vocabulary import CycleKind, ProgrammeKind, Role
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.queries.programme import entries_of
from auditapp.persistence.tools import ToolVersion
from auditapp.services import programme
from tests import factories
from tests.meanwhile import meanwhile
from tests.pages import Document, parse, words
from tests.web.conftest import Browser, form_fields
from tests.web.planning import THEME, YEAR, add_theme, begin, shown


@pytest.fixture
def people(browser: Browser) -> dict[Role, Person]:
    return factories.people(browser.database)


@pytest.fixture
def qa(browser: Browser, people: dict[Role, Person]) -> Browser:
    return browser.sign_in(people[Role.QA])


def test_an_empty_year_says_what_to_do_next(qa: Browser) -> None:
    page = qa.get("/programme/")
    assert page.heading == "Programme 2026 to 2027"
    assert "Nothing is planned for 2026 to 2027 yet." in shown(page)
    links = {link.get("href") for link in page.all("main a[href]")}
    assert {f"{YEAR}/begin", f"{YEAR}/add"} <= links
    assert "Nothing is planned" in shown(qa.get(f"{YEAR}/calendar"))


def test_a_year_begins_with_one_click_after_a_preview_and_twice_adds_nothing(qa: Browser) -> None:
    preview, second = (qa.get(f"{YEAR}/begin") for _ in range(2))
    assert "What would be added: 28 entries" in shown(preview)
    assert "Multi-agency round, July to September 2026" in shown(preview)
    assert "over capacity" in shown(preview).lower(), "one auditor cannot do it, and that is said before"
    page = qa.follow(qa.submit(preview))
    assert "28 entries added." in shown(page)
    assert shown(page).count("Multi-agency rounds: 1 of 1") == 4
    assert "Nothing was left to add." in shown(qa.follow(qa.submit(second, to=f"{YEAR}/begin")))
    assert "is there already" in shown(qa.get(f"{YEAR}/begin"))


def test_a_preview_that_somebody_overtook_shows_what_would_be_added_now(qa: Browser) -> None:
    preview = qa.get(f"{YEAR}/begin")
    qa.submit(qa.get(f"{YEAR}/add/qop_month"), {"month": "2026-04", "size": "20", "repeats": "once"})
    answer = qa.submit(preview, to=f"{YEAR}/begin", status=422)
    page = parse(answer.text)
    assert "The programme was changed since this was shown." in shown(page)
    assert "What would be added: 27 entries" in shown(page)
    assert "27 entries added." in shown(qa.follow(qa.submit(page, to=f"{YEAR}/begin")))


def test_a_theme_is_planned_with_all_that_belongs_to_it(qa: Browser, people: dict[Role, Person]) -> None:
    chosen = people[Role.AUDITOR].public_id
    answer = qa.submit(qa.get(f"{YEAR}/add/thematic"), {**THEME, "chosen": [chosen]})
    text = shown(qa.follow(answer))
    for told in (
        "It is planned.",
        "7 September to 30 October 2026",
        "13 November 2026",
        "Was a return interview offered?",
        "Looked after, Child protection plan",
        "Ines Okafor",
        "With the police.",
    ):
        assert told in text
    with qa.database.reading() as session:
        (entry,) = entries_of(session, CouncilYear(2026))
    assert entry.plan.auditors == (chosen,)
    trail = qa.sign_in(people[Role.ADMINISTRATOR]).get("/trail/")
    assert "Planned for the programme: Thematic audit, 7 September 2026." in words(trail.root)
    assert "Missing children" not in words(trail.root)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"title": ""}, "Write what it is called."),
        ({"size": "0"}, "The number of audits must be a whole number from 1 to 500."),
        ({"ends_on-month": "8"}, "The end must not be before the start."),
        ({"starts_on-day": ""}, "The start must include a day."),
        ({"report_due_on-year": "26"}, "The day of the report must have a year of 4 digits."),
        ({"ends_on-year": "2028"}, "more than a year"),
        ({"title": "x" * 121}, "120 characters or fewer"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_is_kept(qa: Browser, typed: dict[str, str], why: str) -> None:
    page = parse(qa.submit(qa.get(f"{YEAR}/add/thematic"), {**THEME, **typed}, status=422).text)
    assert why in words(page.all(".govuk-error-summary")[0])
    assert "Was a return interview offered?" in words(page.root)
    assert {box.get("value") for box in page.all("input[name=strata]") if "checked" in box.attrib} == {"LAC", "CP"}


def test_a_theme_is_offered_the_tools_that_look_at_cases_and_a_deep_dive_all(qa: Browser) -> None:
    offered = {
        kind: [option.get("value") for option in qa.get(f"{YEAR}/add/{kind}").all("select[name=tool] option")]
        for kind in ("thematic", "deep_dive")
    }
    assert offered == {
        "thematic": ["", "quality-of-practice"],
        "deep_dive": ["", "quality-of-practice", "supervision"],
    }


def test_what_is_wrong_with_a_year_is_said_as_soon_as_it_is_planned(qa: Browser) -> None:
    place = add_theme(qa, tool="", **{"report_due_on-day": "1", "report_due_on-month": "10"})
    page = shown(qa.get(place))
    assert "‘Missing children’ has no audit tool yet." in page
    assert "The report of ‘Missing children’ is due on 1 October 2026, before the audits end" in page
    assert "No multi-agency round" not in page, "that is the year's, not the entry's"
    year = shown(qa.get(YEAR))
    assert "No multi-agency round starts in April to June 2026." in year
    assert "October 2026 holds" in year
    assert "September 2026 holds" not in year, "what is over can hold no fewer"
    assert "1 active auditor, working 1 of full time together, at most 2 each a month: 2 audits a month." in year


def test_a_series_is_planned_at_once(qa: Browser) -> None:
    page = qa.get(f"{YEAR}/add/multi_agency")
    sent = {"starts_on-day": "13", "starts_on-month": "4", "starts_on-year": "2026", "repeats": "repeated"}
    text = shown(qa.follow(qa.submit(page, sent)))
    assert "4 entries are planned." in text
    assert "Quality and Effectiveness subgroup (QEF)" in text
    assert "3 more, the next 13 July to 9 October 2026" in text


def test_the_steps_of_a_round_are_ticked_and_taken_back(qa: Browser, people: dict[Role, Person]) -> None:
    sent = {"starts_on-day": "7", "starts_on-month": "9", "starts_on-year": "2026", "repeats": "once"}
    place = qa.submit(qa.get(f"{YEAR}/add/multi_agency"), {**sent, "title": "Bruises"}).location
    page = qa.get(place)
    assert "What agencies send in is not collected in this service yet." in shown(page)
    first, *others = page.texts("td[data-heading=Done]")
    assert first.startswith("Late by")
    home = words(qa.get("/").one("section[aria-labelledby=dates]"))
    assert "(late by" in home
    assert "Theme and scope, Bruises" in home
    tick = f"form[action={place}/steps/1/done]"
    page = qa.follow(qa.submit(page, form=tick))
    assert "‘Theme and scope’ is done." in shown(page)
    first, *rest = page.texts("td[data-heading=Done]")
    assert people[Role.QA].name in first
    assert rest == others
    assert "Theme and scope, Bruises" not in words(qa.get("/").one("section[aria-labelledby=dates]"))
    reader = qa.sign_in(people[Role.DIRECTOR])
    assert not reader.get(place).all("td form")
    trail = qa.sign_in(people[Role.ADMINISTRATOR]).get("/trail/")
    told = "Marked the step ‘Theme and scope’ as done in the programme: Multi-agency round, 7 September 2026."
    assert told in words(trail.root)
    page = qa.sign_in(people[Role.QA]).get(place)
    page = qa.follow(qa.submit(page, form=f"form[action={place}/steps/1/not-done]"))
    assert "‘Theme and scope’ is open again." in shown(page)
    qa.submit(page, form=tick, to=f"{place}/steps/12/done", status=404)


def test_a_round_counts_to_its_quarter_while_it_stands_and_when_it_is_done(qa: Browser) -> None:
    begin(qa)
    quarters = "Multi-agency rounds: "
    page = qa.get(YEAR)
    assert shown(page).count(f"{quarters}1 of 1 planned") == 4
    titles = [link for link in page.all("main a") if words(link).startswith("Multi-agency round")]
    first, second = (link.get("href", "") for link in titles[:2])
    assert not qa.get(first).all(f"form[action={first}/done]"), "before its steps are done, none is counted as done"
    assert "Now 10 steps are open." in shown(qa.get(first))
    for number in range(1, 11):
        qa.submit(qa.get(first), form=f"form[action={first}/steps/{number}/done]")
    qa.submit(qa.get(first), form=f"form[action={first}/done]")
    qa.submit(qa.get(f"{second}/cancel"), {"reason": "No.", "which": "alone"}, to=f"{second}/cancel")
    year = shown(qa.get(YEAR))
    assert [year.count(f"{quarters}{said}") for said in ("1 of 1, done", "0 of 1", "1 of 1 planned")] == [1, 1, 2]
    assert "No multi-agency round starts in July to September 2026." in year


def test_an_entry_is_changed_and_a_second_tab_is_told(qa: Browser) -> None:
    place = add_theme(qa)
    first, second = (qa.get(f"{place}/change") for _ in range(2))
    assert "The entry is changed." in shown(qa.follow(qa.submit(first, {"size": "12"}, to=f"{place}/change")))
    page = parse(qa.submit(second, {"size": "8", "note": "Mine."}, to=f"{place}/change", status=422).text)
    assert "Somebody else changed this entry since the page was opened." in shown(page)
    assert "Mine." in words(page.root)
    assert "12" in shown(qa.get(place))
    third = qa.get(f"{place}/change")
    assert "Nothing was changed." in shown(qa.follow(qa.submit(third, to=f"{place}/change")))


def test_of_two_who_save_at_the_same_moment_the_second_is_told(
    qa: Browser, people: dict[Role, Person], new_browser: Callable[[], Browser]
) -> None:
    place = add_theme(qa)
    public_id = place.rsplit("/", 1)[-1]
    page = qa.get(f"{place}/change")
    other = factories.viewer(qa.database, factories.add_person(qa.database, "Quill Ames", Grant(Role.QA)))
    plan = Plan(
        kind=ProgrammeKind.THEMATIC, title="Theirs", starts_on=date(2026, 9, 7), ends_on=date(2026, 10, 30), size=3
    )
    with meanwhile(
        qa.database,
        lambda session: programme.change_entry(session, public_id, plan=plan, version=1, by=other, at=qa.clock()),
    ):
        qa.submit(page, {"title": "Mine"}, to=f"{place}/change", status=422)
    assert qa.get(place).heading == "Theirs"


def test_years_are_offered_from_the_first_to_two_ahead(qa: Browser) -> None:
    for starts_in, status in ((2025, 404), (2026, 200), (2028, 200), (2029, 404)):
        for page in ("", "/calendar", "/add"):
            qa.get(f"/programme/{starts_in}{page}", status=status)
    links = {link.get("href") for link in qa.get("/programme/2026").all(".app-years a")}
    assert links == {"/programme/2027"}
    assert {link.get("href") for link in qa.get("/programme/2028").all(".app-years a")} == {"/programme/2027"}
    late = {f"{name}-year": "2029" for name in ("starts_on", "ends_on", "report_due_on")}
    answer = parse(qa.submit(qa.get(f"{YEAR}/add/thematic"), {**THEME, **late}, status=422).text)
    assert "The programme reaches from April 2026 to March 2029, and 7 September 2029 is not in it." in shown(answer)
    place = add_theme(qa)
    preview = qa.get(f"{place}/move?on-day=12&on-month=10&on-year=2026")
    refused = qa.submit(preview, {"to": "2029-10-12"}, form="main form[method=post]", status=422)
    assert "12 October 2029 is not in it" in shown(parse(refused.text))
    beyond = qa.get(f"{place}/move?on-day=12&on-month=10&on-year=2029", status=422)
    assert "12 October 2029 is not in it" in shown(beyond)
    assert not beyond.all("main form[method=post]")


def test_a_year_in_which_a_month_was_opened_is_the_first(qa: Browser) -> None:
    with qa.database.transaction() as session:
        version = session.scalars(select(ToolVersion.id)).first() or 0
        opened = Cycle(kind=CycleKind.QOP, period="2025-02", tool_version_id=version, target=20, opened_at=qa.clock())
        session.add(opened)
    qa.get("/programme/2024")
    qa.get("/programme/2023", status=404)


def test_an_entry_is_cancelled_with_a_reason_and_planned_again(qa: Browser) -> None:
    place = add_theme(qa)
    form = qa.get(f"{place}/cancel")
    page = parse(qa.submit(form, {"reason": ""}, to=f"{place}/cancel", status=422).text)
    assert "Write the reason." in shown(page)
    assert "1 entry cancelled." in shown(qa.follow(qa.submit(form, {"reason": "Overtaken."}, to=f"{place}/cancel")))
    assert "Overtaken." in shown(qa.get(YEAR))
    assert "What runs when" not in shown(qa.get(f"{YEAR}/calendar"))
    for path in ("change", "move", "cancel"):
        assert "This entry is now: Cancelled." in shown(qa.get(f"{place}/{path}", status=409))
    page = qa.follow(qa.submit(qa.get(place), form=f"form[action={place}/again]"))
    assert "The entry is planned again." in shown(page)
    assert "It can be marked as done once it is started and its audits are submitted." in shown(page)


def test_a_month_is_marked_as_done_and_not_done_after_all(qa: Browser) -> None:
    begin(qa)
    (link,) = (a for a in qa.get(YEAR).all("main a") if words(a) == "Quality of Practice, April 2026")
    place = link.get("href", "")
    page = qa.follow(qa.submit(qa.get(place), form=f"form[action={place}/done]"))
    assert "The entry is marked as done." in shown(page)
    assert "Not done after all" in shown(page)
    assert "The entry is planned again." in shown(qa.follow(qa.submit(page, form=f"form[action={place}/again]")))


def test_the_repeat_of_a_deep_dive_is_offered_when_it_is_planned(qa: Browser) -> None:
    page = qa.follow(qa.submit(qa.get(f"{YEAR}/add/deep_dive"), {**THEME, "title": "Thresholds"}))
    assert "Its repeat would be 7 September to 1 November 2027" in shown(page)
    (form,) = (form for form in page.all("main form") if str(form.get("action")).endswith("/repeat"))
    repeat = qa.follow(qa.post(str(form.get("action")), form_fields(Document(form))))
    assert repeat.heading == "Thresholds: repeat"
    assert "Thresholds, 7 September to 30 October 2026" in shown(repeat)


def test_last_year_is_copied_with_a_preview(qa: Browser) -> None:
    begin(qa)
    add_theme(qa)
    preview = qa.get("/programme/2027/copy")
    assert "What would be added: 29 entries" in shown(preview)
    assert "7 September to 1 November 2027" in shown(preview)
    assert "29 entries copied." in shown(qa.follow(qa.submit(preview)))
    assert "Everything of the year before is there already" in shown(qa.get("/programme/2027/copy"))


def test_the_calendar_shows_what_runs_when_and_what_is_due(qa: Browser) -> None:
    begin(qa)
    place = add_theme(qa)
    page = qa.get(f"{YEAR}/calendar")
    (cell,) = (cell for cell in page.all("td[colspan=2]") if "Missing children" in words(cell))
    assert [link.get("href") for link in Document(cell).all("a")] == [place]
    text = shown(page)
    assert "7 September 2026 Starts Missing children" in text
    assert "13 November 2026 Report due Missing children" in text
    assert "Safeguarding Children Board (PSCB)" in text
    # What comes of a round after its end is on the calendar of the year in which it is.
    next_year = shown(qa.get("/programme/2027/calendar"))
    assert "30 June 2027 Re-check Multi-agency round, October to December 2026" in next_year


def test_an_approval_is_recorded_and_says_what_changed_since(qa: Browser) -> None:
    add_theme(qa)
    assert "is not recorded yet" in shown(qa.get(YEAR))
    form, second = (qa.get(f"{YEAR}/approval") for _ in range(2))
    typed = {"board": "Improvement Board", "minute": "26/14"}
    day = {"approved_on-day": "26", "approved_on-month": "3", "approved_on-year": "2026"}
    page = parse(qa.submit(form, {**typed, **day, "approved_on-year": "2027"}, status=422).text)
    assert "The day of the approval is still to come." in shown(page)
    page = qa.follow(qa.submit(form, {**typed, **day}, to=f"{YEAR}/approval"))
    assert "Approved on 26 March 2026, with 20 audits a month: Improvement Board, minute 26/14." in shown(page)
    assert "since that was recorded" not in shown(page)
    answer = qa.submit(second, {**typed, **day, "minute": "26/15"}, to=f"{YEAR}/approval", status=422)
    assert "Somebody else recorded an approval" in shown(parse(answer.text))


@pytest.mark.parametrize("role", [Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR])
def test_heads_and_directors_read_and_change_nothing(qa: Browser, people: dict[Role, Person], role: Role) -> None:
    place = add_theme(qa)
    reader = qa.sign_in(people[role])
    for path in ("/programme/", YEAR, f"{YEAR}/calendar", place):
        page = reader.get(path)
        assert page.all("main form") == []
        links = [link.get("href", "") for link in page.all("main a[href]")]
        assert not [link for link in links if link.endswith(("/change", "/move", "/cancel", "/add", "/copy", "/begin"))]
    assert "Programme" in page.texts(".govuk-service-navigation__link")


def test_tools_stand_under_the_programme(qa: Browser) -> None:
    page = qa.get("/tools/")
    assert page.texts(".govuk-service-navigation__item--active") == ["Programme"]
    assert len(page.texts(".govuk-service-navigation__link")) <= 6
    links = {link.get("href") for link in qa.get(YEAR).all("nav a")}
    assert "/tools/" in links


def test_a_year_not_announced_is_said_and_not_guessed(qa: Browser) -> None:
    page = qa.get("/programme/2028/add/multi_agency")
    sent = {"starts_on-day": "9", "starts_on-month": "1", "starts_on-year": "2029", "repeats": "once"}
    text = shown(qa.follow(qa.submit(page, sent)))
    assert "The bank holidays of 2029 are not announced yet" in text
    assert "Bank holidays not announced" in text
