"""Can this process do its work: database, migrations and message store."""

from django.http import HttpRequest, HttpResponse

from blueprints.messenger import bridge
from blueprints.messenger.core.refusals import Refused
from blueprints.web import health, problems


def readyz(request: HttpRequest) -> HttpResponse:
    answer = health.readyz(request)
    if answer.status_code != 200:
        return answer
    try:
        bridge.run(bridge.live().store.now_ms())
    except Refused as error:
        return problems.response(problems.unavailable(str(error)))
    return answer
