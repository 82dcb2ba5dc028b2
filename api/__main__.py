"""`python -m api`: one API process with the settings of the environment. Run as many as wanted."""

from __future__ import annotations

import sys

from runtime.growing import growing

with growing():
    import uvicorn

    from api.app import create_app
    from api.operations import watch
    from runtime import exposition, telemetry, zones
    from runtime.links import PURPOSE
    from runtime.secret import secret_key
    from runtime.settings import Settings, SettingsError


def main() -> None:
    """Serves until SIGTERM or SIGINT, then finishes what has begun."""
    try:
        settings = Settings.load()
        secret_key(settings, PURPOSE)  # asked for now: without it nobody could sign in
        zones.pin()
        telemetry.set_up("escalade-api", settings)
        exposition.watch_engine_client()
        app = create_app(settings)
        watch.begin(app)
    except SettingsError as error:
        sys.exit(str(error))
    uvicorn.run(
        app,
        host=settings.api_host,
        port=settings.api_port,
        access_log=False,  # each request is a span; a line for each would drown what matters
        timeout_graceful_shutdown=int(settings.command_timeout.total_seconds()) + 1,
        log_config=None,
        proxy_headers=False,  # api/http/origin.py believes our own proxies only
        server_header=False,
    )


if __name__ == "__main__":
    main()
