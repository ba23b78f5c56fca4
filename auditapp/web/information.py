"""Pages about the service itself."""

from flask import Blueprint, jsonify, render_template
from werkzeug.wrappers import Response

from auditapp.persistence.database import is_reachable
from auditapp.web.units import session

information = Blueprint("information", __name__)


@information.get("/accessibility")
def accessibility() -> str:
    """Say how accessible the service is, and what to do where it is not."""
    return render_template("information/accessibility.html")


@information.get("/privacy")
def privacy() -> str:
    """Say what is held about whom, why, and who reads it."""
    return render_template("information/privacy.html")


@information.get("/health")
def health() -> Response:
    """Say whether the service and its database answer; nothing else."""
    return jsonify(ok=is_reachable(session()))
