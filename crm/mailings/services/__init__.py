"""Save templates, send emails to people, log them, and stop them."""

from .logging import log_accepted
from .opt_outs import allow_email, resume_email, stop_email, subscribe, unsubscribe
from .sending import cancel_mailing, continue_mailing, finish_mailing, send_to_one, start_mailing, stop_mailing
from .templates import archive_template, save_template
