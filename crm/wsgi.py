"""The entry for WSGI servers: `gunicorn crm.wsgi:app`. Refuses to start on a schema that is not this program's."""

from __future__ import annotations

import gc

from crm import create_app
from crm.core.data.base import db
from crm.core.ops.schema_check import require_current_schema

app = create_app(commands=False)
require_current_schema(app)
# A connection must not be shared by a fork: each worker opens its own.
with app.app_context():
    db.engine.dispose()
# Exclude the objects that exist now from garbage collection: collecting stays cheap, and forked workers share their
# memory.
gc.collect()
gc.freeze()
