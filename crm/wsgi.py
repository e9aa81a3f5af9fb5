"""The entry for WSGI servers: `gunicorn crm.wsgi:app`. Refuses to start on a schema that is not this program's."""

from __future__ import annotations

from crm import create_app
from crm.core.revision import require_current_schema

app = create_app()
require_current_schema(app)
