"""A run as one offline HTML file."""

from ganatomy.report.page import write_report
from ganatomy.report.tensorboard import write_events

__all__ = [
    "write_events",
    "write_report",
]
