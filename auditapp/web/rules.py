"""Who may open which page: the whole table, one line a page. A page that is not here answers 500."""

from auditapp.domain.vocabulary import Role

EVERYBODY: frozenset[Role] = frozenset()
SIGNED_IN = frozenset(Role)

QA = frozenset({Role.QA})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
AUDITORS = frozenset({Role.AUDITOR})
CONCERNED = frozenset({Role.QA, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR})
BOARD = frozenset({Role.BOARD_MEMBER})
READERS = CONCERNED | {Role.AUDITOR, Role.PRACTITIONER}
AWAY = CONCERNED | AUDITORS

# A page's own script saves single answers, whose versions make a repeat harmless; every form needs its key.
KEYLESS = frozenset({"audits.save_answer"})

# A page of answers that is sent again stores what stands on it by now: its repeats are not sent on unread.
REPEATABLE = frozenset({"audits.section"})

# A case list may be as large as the settings say; every other body is no larger than a form.
UPLOADS = frozenset({"cases.upload"})

RULES: dict[str, frozenset[Role]] = {
    "static": EVERYBODY,
    "information.health": EVERYBODY,
    "information.accessibility": EVERYBODY,
    "information.privacy": EVERYBODY,
    "accounts.sign_in": EVERYBODY,
    "accounts.invitation": EVERYBODY,
    "accounts.forgotten": EVERYBODY,
    "accounts.forgotten_sent": EVERYBODY,
    "accounts.sign_out": SIGNED_IN,
    "accounts.password": SIGNED_IN,
    "account.account": SIGNED_IN,
    "account.post": SIGNED_IN,
    "calendars.address": SIGNED_IN,
    "calendars.take_back": SIGNED_IN,
    "calendars.read": EVERYBODY,
    "home.home": SIGNED_IN,
    "audits.mine": AUDITORS,
    "audits.submitted": READERS,
    "audits.audit": AUDITORS,
    "audits.section": AUDITORS,
    "audits.save_answer": AUDITORS,
    "audits.refuse": AUDITORS,
    "actions.actions": AUDITORS,
    "actions.add": AUDITORS,
    "actions.change": AUDITORS,
    "actions.remove": AUDITORS,
    "concerns.concerns": CONCERNED,
    "concerns.raise_one": AUDITORS,
    "concerns.acknowledge": CONCERNED,
    "records.check": AUDITORS,
    "records.record": READERS,
    "records.paper": READERS,
    "records.history": READERS,
    "records.send_back": QA,
    "absences.mine": AUDITORS,
    "absences.add": AUDITORS,
    "absences.enter": CONCERNED | ADMINISTRATORS,
    "absences.absences": CONCERNED,
    "absences.absence": AWAY,
    "absences.approve": CONCERNED,
    "absences.refuse": CONCERNED,
    "absences.withdraw": AWAY,
    "cases.cases": QA,
    "cases.case_list": QA,
    "cases.upload": QA,
    "cases.preview": QA,
    "cases.accept": QA,
    "cases.discard": QA,
    "cases.mapping.teams": QA,
    "cases.mapping.workers": QA,
    "cycles.cycles": QA,
    "cycles.open_one": QA,
    "cycles.waiting": QA,
    "cycles.cycle": QA,
    "cycles.draw": QA,
    "cycles.replace": QA,
    "cycles.reassign": QA,
    "handovers.handovers": QA,
    "handovers.absence": QA,
    "handovers.person": QA,
    "handovers.handover": QA,
    "findings.findings": CONCERNED,
    "findings.quarter": CONCERNED,
    "findings.paper": CONCERNED,
    "findings.position": CONCERNED,
    "findings.position_paper": CONCERNED,
    "findings.board": QA,
    "findings.withdraw": QA,
    "board.reports": BOARD,
    "board.report": BOARD | QA,
    "board.paper": BOARD | QA,
    "tools.tools": QA,
    "tools.tool": QA,
    "tools.definition": QA,
    "tools.upload": QA,
    "tools.publish": QA,
    "tools.retire": QA,
    "people.people": ADMINISTRATORS,
    "people.add": ADMINISTRATORS,
    "people.person": ADMINISTRATORS,
    "people.take_role": ADMINISTRATORS,
    "people.change": ADMINISTRATORS,
    "people.leave": ADMINISTRATORS,
    "people.come_back": ADMINISTRATORS,
    "people.invite": ADMINISTRATORS,
    "people.teams.teams": ADMINISTRATORS,
    "people.teams.add": ADMINISTRATORS,
    "people.teams.change": ADMINISTRATORS,
    "people.people_import.upload": ADMINISTRATORS,
    "people.people_import.preview": ADMINISTRATORS,
    "people.people_import.refuse": ADMINISTRATORS,
    "outbox.outbox": ADMINISTRATORS,
    "outbox.message": ADMINISTRATORS,
    "outbox.send_again": ADMINISTRATORS,
    "outbox.withdraw": ADMINISTRATORS,
    "settings.settings": ADMINISTRATORS,
    "trail.trail": ADMINISTRATORS,
    "trail.check": ADMINISTRATORS,
}
