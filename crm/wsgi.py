"""The entry for WSGI servers: `gunicorn crm.wsgi:app`. Refuses to start on a schema that is not this program's."""

from __future__ import annotations

import gc

from crm import create_app
from crm.core.data.base import db
from crm.core.ops.schema_check import require_current_schema

app = create_app(commands=False)
require_current_schema(app)
# No connection goes through a fork: each worker makes its own.
with app.app_context():
    db.engine.dispose()
# What stands now stays: the collector need not walk all of it again and again while pages are made, and workers that
# are forked from here go on sharing it.
gc.collect()
gc.freeze()
