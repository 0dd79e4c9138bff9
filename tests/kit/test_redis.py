"""A Redis that cannot be used is one sentence, and its password is in none."""

import pytest

from app.kit.redis import check
from tests.redis_server import RedisServer


async def test_one_that_answers_is_well(redis_url: str) -> None:
    await check(redis_url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [("redis://:hunter2@127.0.0.1:9", "onnect"), ("redis://127.0.0.1:9/0?hunter2=1", "")],
)
async def test_one_that_does_not_is_one_sentence(url: str, reason: str) -> None:
    with pytest.raises(RuntimeError) as refused:
        await check(url)
    said = str(refused.value)
    assert said.startswith("REDIS_URL: Redis does not answer (")
    assert said.endswith(").")
    assert reason in said
    assert "\n" not in said
    assert ":hunter2" not in said


async def test_one_that_does_not_know_us_says_so(one_redis: RedisServer) -> None:
    with pytest.raises(RuntimeError, match=r"REDIS_URL: Redis does not answer \(.*password.*\)") as refused:
        await check(f"redis://me:hunter2@127.0.0.1:{one_redis.port}")
    assert "hunter2" not in str(refused.value)
