"""The README's first block of code runs, whichever BayesFlow is installed."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
# Large enough to run, small enough for a test.
SMALLER = {"10_000": "300", "epochs=200": "epochs=2", "batch_size=128": "batch_size=64"}


def test_first_block():
    code = re.search(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL).group(1)
    for value, smaller in SMALLER.items():
        assert value in code
        code = code.replace(value, smaller)
    names = {}
    exec(compile(code, str(README), "exec"), names)
    assert names["theta"].shape == (300, 2)
