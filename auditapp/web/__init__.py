"""The pages: the application is put together here. Only this package knows Flask."""

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from auditapp.clocks import Clock, clock_of
from auditapp.config import Settings, resources
from auditapp.persistence.database import Database
from auditapp.web import access, errors, headers, presenters
from auditapp.web.absences import absences
from auditapp.web.account import account
from auditapp.web.accounts import accounts
from auditapp.web.actions import actions
from auditapp.web.audits import audits
from auditapp.web.board import board
from auditapp.web.calendars import calendars
from auditapp.web.cases import cases
from auditapp.web.concerns import concerns
from auditapp.web.cycles import cycles
from auditapp.web.findings import findings
from auditapp.web.handovers import handovers
from auditapp.web.home import home
from auditapp.web.information import information
from auditapp.web.outbox import outbox
from auditapp.web.people import people
from auditapp.web.programme import programme
from auditapp.web.records import records
from auditapp.web.settings import settings_pages
from auditapp.web.supervision import supervision
from auditapp.web.themes import themes
from auditapp.web.tools import tools
from auditapp.web.trail import trail
from auditapp.web.units import AuditApp
from auditapp.web.uploads import FORM_LIMIT

BLUEPRINTS = (
    account,
    absences,
    accounts,
    actions,
    audits,
    board,
    calendars,
    cases,
    concerns,
    cycles,
    findings,
    handovers,
    home,
    information,
    outbox,
    people,
    programme,
    records,
    settings_pages,
    supervision,
    themes,
    tools,
    trail,
)


def build(settings: Settings, *, database: Database, clock: Clock | None = None) -> Flask:
    """Return the application over one database."""
    root = resources()
    app = AuditApp("auditapp", static_folder=str(root / "static" / "build"))
    design_system = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(root / "templates"), design_system])
    app.extensions.update(database=database, clock=clock or clock_of(settings.clock), settings=settings)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=[settings.host],
        MAX_CONTENT_LENGTH=FORM_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-auditapp" if settings.is_secure else "auditapp",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]  # the way Werkzeug documents
    errors.handle_errors(app)
    access.guard(app)
    headers.add_headers(app, is_secure=settings.is_secure)
    presenters.present(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
