"""Form fields derived from columns; choices and pickers."""
