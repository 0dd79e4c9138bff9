"""The bench has questions to ask wherever it is run."""

import random

from bench.queries import queries
from bench.titles import generated


def test_questions_of_every_kind_are_drawn_from_generated_titles_alone() -> None:
    works = list(generated(400, [], random.Random(1)))
    asked = queries(works, 2)
    assert len({query.kind for query in asked}) == 14
    assert all(query.text or query.more for query in asked)
