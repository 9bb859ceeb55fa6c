"""Pages for a browser, each one self-contained file, made from report documents alone."""

from apps_contract.report.page.render import report_page

__all__ = ["report_page"]
