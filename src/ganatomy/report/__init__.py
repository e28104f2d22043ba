"""A run as one offline HTML file."""

from ganatomy.report.page import write_report

__all__ = ["write_report"]
