"""The proxies that the environment names."""


def proxies() -> dict[str, str | None]:
    """httpx's address patterns -> the proxy of $HTTP_PROXY, $HTTPS_PROXY or $ALL_PROXY; None where $NO_PROXY says so.

    httpx reads these itself only for clients without a transport of their own. Loopback never goes through a proxy.
    """
    from urllib.request import getproxies_environment

    named = getproxies_environment()
    found: dict[str, str | None] = {
        f"{scheme}://": named[scheme] for scheme in ("http", "https", "all") if scheme in named
    }
    spared = [host.strip() for host in named.get("no", "").split(",") if host.strip()]
    if not found or "*" in spared:
        return {}
    for host in ("localhost", "127.0.0.1", "[::1]", *spared):
        is_address = host.startswith("[") or host.replace(".", "").isdigit() or host == "localhost"
        found[f"all://{host}" if is_address else f"all://*{host.removeprefix('*')}"] = None
    return found
