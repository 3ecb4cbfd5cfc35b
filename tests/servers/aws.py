"""moto's server on loopback: SES, S3, SQS and DynamoDB behind one address."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

REGION = "eu-west-1"


@pytest.fixture(scope="session")
def _moto() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(_moto: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an AWS with nothing in it; credentials and region are in the environment."""
    import urllib.request

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    urllib.request.urlopen(urllib.request.Request(f"{_moto}/moto-api/reset", method="POST")).close()
    return _moto


@pytest.fixture
def aws_client(aws: str) -> Callable[[str], Any]:
    """`aws_client("s3")`: a client of that AWS, to prepare and to look."""
    return lambda service: _client(service, aws)


@cache
def _client(service: str, address: str) -> Any:
    import boto3

    return boto3.client(service, region_name=REGION, endpoint_url=address)
