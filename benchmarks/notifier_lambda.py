"""The Lambda function: size of its bundle, time of its import, a batch of 100 records against moto's server."""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from importlib.util import find_spec
from pathlib import Path

from verdict import verdict

IMPORT = """
import sys, time
sys.path[:0] = sys.argv[1:]
start = time.perf_counter()
import blueprints.notifier.lambda_handler
print(time.perf_counter() - start, "django" in sys.modules)
"""
FAILING = {7, 42, 99}


def bundle(folder: Path) -> tuple[float, Path]:
    """(megabytes, unpacked folder) of a bundle for this Python and machine."""
    from blueprints.notifier.bundle import build

    file = folder / "notifier.zip"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    size = build(file, python, "arm64" if os.uname().machine == "aarch64" else "x86_64")
    zipfile.ZipFile(file).extractall(folder / "unpacked")
    return size / 1e6, folder / "unpacked"


def imported(unpacked: Path, runtime: Path, rounds: int) -> list[float]:
    """Seconds of a cold import on one core, from the bundle; boto3 from `runtime`, as Lambda has it."""
    seconds = []
    for _ in range(rounds):
        words = [sys.executable, "-I", "-S", "-c", IMPORT, str(unpacked), str(runtime)]
        pinned = ["taskset", "-c", "0", *words]
        found = subprocess.run(pinned, capture_output=True, text=True, check=True).stdout.split()
        if found[1] != "False":
            raise SystemExit("Django was imported")
        seconds.append(float(found[0]))
    return seconds


def runtime(folder: Path) -> Path:
    """boto3 and what it needs, linked from this environment."""
    target = folder / "runtime"
    target.mkdir()
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"):
        found = find_spec(name)
        if found is None or found.origin is None:
            raise SystemExit(f"{name} is not installed")
        origin = Path(found.origin)
        (target / (name if origin.name == "__init__.py" else origin.name)).symlink_to(
            origin.parent if origin.name == "__init__.py" else origin
        )
    return target


def batch() -> tuple[float, list[str]]:
    """(seconds, ids given back) of a batch of 100 events, three of which the mail service refuses for now."""
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}
    import boto3

    text = {"AttributeType": "S"}
    boto3.client("dynamodb", endpoint_url=address).create_table(
        TableName="mails",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, **text} for name in ("id", "open", "due")],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "open-due",
                "KeySchema": [
                    {"AttributeName": "open", "KeyType": "HASH"},
                    {"AttributeName": "due", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["state", "sender"]},
            }
        ],
    )
    queue = boto3.client("sqs", endpoint_url=address).create_queue(QueueName="mails")["QueueUrl"]
    boto3.client("sesv2", endpoint_url=address).create_email_identity(EmailIdentity="no-reply@shop.example")
    chosen = {
        "CHANNEL": "ses", "FROM_ADDRESS": "no-reply@shop.example", "RECORDS": "dynamodb", "SES__BASE_URL": address,
        "DYNAMODB__TABLE": "mails", "DYNAMODB__BASE_URL": address, "SQS__QUEUE_URL": queue, "SQS__BASE_URL": address,
        "LAMBDA__KEY_HASHES": hashlib.sha256(b"x").hexdigest(),
    }  # fmt: skip
    os.environ |= {f"BLUEPRINTS_NOTIFIER__{name}": value for name, value in chosen.items()}
    import notifier_setting as setting
    from blueprints.notifier.core.outcome import Outcome
    from blueprints.notifier.lambda_handler import handler
    from blueprints.notifier.serverless.app import app

    send = app().channel.send
    bad = {f"ada{number + 1}@example.org" for number in FAILING}
    slow = Outcome("failed", "TooManyRequestsException", "slow down")
    app().channel.send = lambda parcel: slow if parcel.to_address in bad else send(parcel)  # type: ignore[method-assign]  # a refusal
    records = []
    for number in range(100):
        name, body = setting.event(number + 1)
        attribute = {"webhook-id": {"stringValue": name, "dataType": "String"}}
        records.append({
            "messageId": f"msg-{number}", "body": body.decode(), "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": attribute, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:1:mails",
        })  # fmt: skip
    start = time.perf_counter()
    answer = handler({"Records": records}, None)
    seconds = time.perf_counter() - start
    server.stop()
    return seconds, [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BLUEPRINTS_HOME"] = str(Path(folder) / "home")
        megabytes, unpacked = bundle(Path(folder))
        seconds = imported(unpacked, runtime(Path(folder)), args.rounds)
        took, failures = batch()
    middle, wanted = statistics.median(seconds), [f"msg-{number}" for number in sorted(FAILING)]
    print(f"bundle: {megabytes:.1f} MB zipped (goal 30) {verdict(megabytes <= 30)}")
    print(f"import on one core: median {middle:.2f} s of {args.rounds} (goal 1.5) {verdict(middle <= 1.5)}")
    print(f"batch of 100 records, {took:.1f} s against moto: given back {json.dumps(failures)}", end=" ")
    print(f"(goal {json.dumps(wanted)}) {verdict(failures == wanted)}")
    if failures != wanted:
        raise SystemExit("others came back")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
