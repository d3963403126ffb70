"""The same seven steps as a django-viewflow flow, human steps as handles: its lightest kind of node."""

from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process


class SevenFlow(flow.Flow):
    """submit → accept → two parallel reviews → decide → issue → rate."""

    process_class = Process
    lock_impl = lock.select_for_update_lock

    submit = flow.StartHandle(this.begin).Next(this.accept)
    accept = flow.Handle(this.note).Next(this.split)
    split = flow.Split().Next(this.review_a).Next(this.review_b)
    review_a = flow.Handle(this.note).Next(this.join)
    review_b = flow.Handle(this.note).Next(this.join)
    join = flow.Join().Next(this.decide)
    decide = flow.Handle(this.note).Next(this.issue)
    issue = flow.Handle(this.note).Next(this.rate)
    rate = flow.Handle(this.note).Next(this.end)
    end = flow.End()

    def begin(self, activation, **values):
        """The applicant's submission."""
        activation.process.data = values
        return activation.process

    def note(self, activation, **values):
        """What was written in the step, kept on its task."""
        activation.task.data = values
