"""Pages for a browser, each one self-contained file, made from report documents alone."""

from apps_contract.report.page.render import matrix_page, report_page, requirements_page, trend_page

__all__ = ["matrix_page", "report_page", "requirements_page", "trend_page"]
