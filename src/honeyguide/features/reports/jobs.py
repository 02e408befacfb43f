"""What reports need done: the due ones sent, and files that were sent long ago deleted."""

from datetime import UTC, datetime, timedelta

from honeyguide.engine.jobs.app import app
from honeyguide.engine.jobs.pump import Pump
from honeyguide.features.reports.files import KEPT_DAYS, delete_old
from honeyguide.features.reports.runs import plan_all
from honeyguide.features.reports.sending import send_next


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="report_files", pass_context=False)
def delete_old_files(timestamp: int) -> None:
    """Nightly: those whose links work no more."""
    while delete_old(datetime.now(UTC) - timedelta(days=KEPT_DAYS)):
        pass


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="report_plans", pass_context=False)
def plan_reports(timestamp: int) -> None:
    """Hourly."""
    plan_all()


PUMP = Pump("reports", send_next, every=2.0)
