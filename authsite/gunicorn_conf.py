"""How gunicorn serves the site, in the demo and in production alike."""

import os
import sys

from authsite import environment

try:
    _environment = environment.read(os.environ)
except environment.EnvironmentProblems as problems:
    sys.exit(str(problems))

wsgi_app = "authsite.wsgi:application"
_host = f"[{_environment.host}]" if ":" in _environment.host else _environment.host
bind = f"{_host}:{_environment.port}"
worker_class = "gthread"
# Processes: WEB_CONCURRENCY, gunicorn's own variable, which is 1 by default.
threads = 8
keepalive = 30
# Authorization requests carry long parameters.
limit_request_line = 8190
# Who may say that a request came over TLS. Without a proxy in front, nobody.
forwarded_allow_ips = ",".join(str(network) for network in _environment.trusted_proxies)
# SECURITY: the path without its query (U, not r): queries carry tickets and authorization codes.
accesslog = None if _environment.demo else "-"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
loglevel = "warning" if _environment.demo else "info"
# Nothing here is managed through a socket in somebody's home.
control_socket_disable = True
