"""The wire: exchanges, the one place that sends bytes, authentication, redaction, and exchanges as curl and HAR text."""
