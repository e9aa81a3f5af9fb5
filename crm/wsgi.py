"""The entry for WSGI servers: `gunicorn crm.wsgi:app`. Refuses to start on a schema that is not this program's."""

from __future__ import annotations

import gc
import sys

# Nearly all objects created at the start live as long as the process: searching them for garbage takes a sixth of it.
gc.disable()

from sqlalchemy.exc import DBAPIError  # noqa: E402

from config import SettingsError  # noqa: E402
from crm import create_app  # noqa: E402
from crm.core.data.base import db  # noqa: E402
from crm.core.ops.command_errors import describe_database_error  # noqa: E402
from crm.core.ops.schema_check import require_current_schema  # noqa: E402

# One line in the log instead of a traceback.
try:
    app = create_app(commands=False)
    require_current_schema(app)
except SettingsError as problem:
    sys.exit(f"Error: {problem.message}")
except DBAPIError as problem:
    sys.exit(f"Error: {describe_database_error(problem)}")
# A connection must not be shared by a fork: each worker opens its own.
with app.app_context():
    db.engine.dispose()
# Exclude the objects that exist now from garbage collection: collecting stays cheap, and forked workers share their
# memory. Collecting once before would take a fifth of the start and free less than a megabyte.
gc.freeze()
gc.enable()
