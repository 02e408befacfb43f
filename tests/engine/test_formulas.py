from hypothesis import given
from hypothesis import strategies as st

from honeyguide.engine.formulas import RISKY, guarded, unguarded

TEXTS = st.text(st.sampled_from(list("'=+-@\t\rab")), max_size=6)


@given(TEXTS)
def test_what_is_guarded_does_not_begin_like_a_formula_and_comes_back(text):
    assert not guarded(text).startswith(RISKY)
    assert unguarded(guarded(text)) == text
