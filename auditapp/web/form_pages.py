"""The page of a form: as it opens, or with what is wrong with what was sent."""

from http import HTTPStatus

from flask import make_response, render_template
from werkzeug.wrappers import Response
from wtforms import Form


def form_page(template: str, form: Form, **values: object) -> Response:
    """Return a page with its form; with 422 when something is wrong, so that nothing is stored."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template(template, form=form, **values), status)
