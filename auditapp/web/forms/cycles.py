"""Forms of a QoP month."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired


class OpenMonthForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which month to open; nothing is changed by asking."""

    month = SelectField("Month", validators=[InputRequired("Select the month.")])


class ConfirmMonthForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The month that is opened, once its page has said what that does."""

    month = HiddenField()
