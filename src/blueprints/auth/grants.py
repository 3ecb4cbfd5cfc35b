"""The four token requests, made by Authlib's client-independent parts and sent by our own client."""

from typing import TYPE_CHECKING, Any

from blueprints import clock
from blueprints.auth.core import Provider, Token, granted, renewed
from blueprints.auth.errors import TokenRefused
from blueprints.errors import UpstreamError

if TYPE_CHECKING:
    import httpx


def code_exchanged(
    provider: Provider,
    *,
    flow: str,
    code: str,
    verifier: str,
    redirect_uri: str,
    scope: str = "",
    transport: "httpx.BaseTransport | None" = None,
) -> Token:
    """The token for an authorization code. `scope` is what was asked for. Raises TokenRefused, UpstreamError."""
    answer = _answer(
        provider,
        flow,
        transport,
        grant_type="authorization_code",
        code=code,
        redirect_uri=redirect_uri,
        code_verifier=verifier,
    )
    return granted(answer, client_id=provider.client_id, flow=flow, now=clock.now(), scope=scope)


def refreshed(provider: Provider, token: Token, *, transport: "httpx.BaseTransport | None" = None) -> Token:
    """`token` with a new access token. Raises TokenRefused (code `invalid_grant`: the login ended), UpstreamError."""
    answer = _answer(
        provider, token.flow, transport, grant_type="refresh_token", refresh_token=token.refresh_token or ""
    )
    return renewed(token, answer, clock.now())


def client_credentials(provider: Provider, *, transport: "httpx.BaseTransport | None" = None) -> Token:
    """An app-only token; nobody logged in. Raises TokenRefused, UpstreamError."""
    answer = _answer(provider, "client_credentials", transport, grant_type="client_credentials")
    return granted(answer, client_id=provider.client_id, flow="client_credentials", now=clock.now())


def _answer(
    provider: Provider, flow: str, transport: "httpx.BaseTransport | None", *, grant_type: str, **fields: str
) -> dict[str, Any]:
    from authlib.oauth2.auth import ClientAuth
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    from blueprints import http

    auth = ClientAuth(provider.client_id, provider.client_secret, "none" if flow == "pkce" else "client_secret_basic")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = prepare_token_request(grant_type, **fields)
    url, headers, body = auth.prepare("POST", provider.token_url, headers, body)  # type: ignore[no-untyped-call]  # untyped in Authlib's stubs
    with http.client(provider.name, retries=0, transport=transport) as client:
        response = client.post(url, content=body, headers=headers)
    return _checked(provider, response)


def _checked(provider: Provider, response: "httpx.Response") -> dict[str, Any]:
    """The answer's fields; messages quote the OAuth error code alone, as descriptions may repeat what was sent."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if response.is_success and isinstance(answer, dict) and isinstance(answer.get("access_token"), str):
        return answer
    if response.is_client_error and response.status_code != 429:
        raise _refusal(provider, answer)
    raise UpstreamError(f"{provider.name} answered the token request with {response.status_code} and no token")


def _refusal(provider: Provider, answer: Any) -> TokenRefused:
    code = answer.get("error") if isinstance(answer, dict) else None
    code = code if isinstance(code, str) and code.replace("_", "").isalpha() and len(code) < 60 else "no reason given"
    advice = f"run `{provider.login_command}` again"
    if code in ("invalid_client", "unauthorized_client"):
        advice = "check the client id and the client secret in the configuration"
    return TokenRefused(f"{provider.name} refused the token request ({code}): {advice}", code)
