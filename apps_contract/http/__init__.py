"""The wire: exchanges, the one place that sends bytes, authentication, redaction, exchanges as curl and HAR text."""
