"""Forms for signing in and for passwords."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who, and their password; what was typed before, sealed; and where to go after."""

    email = StringField("E-mail address", validators=[InputRequired("Enter your e-mail address."), Length(max=254)])
    password = PasswordField("Password", validators=[InputRequired("Enter your password."), Length(max=1000)])
    next = HiddenField()
    kept = HiddenField()


class ForgottenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who has forgotten their password."""

    email = StringField(
        "Your e-mail address", validators=[InputRequired("Enter your e-mail address."), Length(max=254)]
    )


class ChoosePasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A new password."""

    password = PasswordField("New password", validators=[InputRequired("Enter a new password.")])


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The present password, and a new one."""

    present = PasswordField("Present password", validators=[InputRequired("Enter your present password.")])
    password = PasswordField("New password", validators=[InputRequired("Enter a new password.")])
