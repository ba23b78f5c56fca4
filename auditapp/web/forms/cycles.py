"""Forms of a QoP month."""

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired


class OpenMonthForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which month to open."""

    month = SelectField("Month", validators=[InputRequired("Choose the month.")])
