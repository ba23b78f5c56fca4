"""What is known about this database as a whole."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.persistence.database import Base

DEMONSTRATION = "demonstration"


class ServiceSetting(Base):
    """A setting that is kept with the data, by name."""

    __tablename__ = "service_setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))
