"""What reports need done: their next runs planned, the due ones sent."""

from honeyguide.engine.jobs.app import app
from honeyguide.engine.jobs.pump import Pump
from honeyguide.features.reports.runs import plan_all
from honeyguide.features.reports.sending import send_next


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="report_plans", pass_context=False)
def plan_reports(timestamp: int) -> None:
    """Hourly."""
    plan_all()


PUMP = Pump("reports", send_next, every=2.0)
