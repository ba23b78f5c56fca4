"""How findings are made, in sentences that stand on the page and on paper alike."""

from typing import Final

METHOD: Final = (
    "An audit counts in the month in which it was first submitted.",
    "Grades are the auditor's judgement, made against the descriptors of the scale in force.",
    "Every percentage stands with the number it is out of. What was not judged is left out of that number.",
    "A likely range is Wilson's 95 % interval: with so few cases, chance alone may move a percentage that far.",
    "The likely range of a change is Newcombe's, made of the two ranges that it lies between.",
    "Where the likely ranges of two figures overlap, the difference between them may be chance.",
)
