"""Settings as JSON holds them, to know them again in another process."""

import json
import re


def description(settings: dict) -> dict:
    """What JSON holds of settings; the same for the same settings, in whatever process."""
    return json.loads(json.dumps(settings, default=_described, skipkeys=True))


def _described(value):
    if hasattr(value, "get_config"):  # an optimizer, whose own name counts optimizers
        return {**value.get_config(), "name": type(value).__name__}
    if hasattr(value, "tolist"):  # an array
        return value.tolist()
    return re.sub(r" at 0x[0-9a-f]+", "", str(value))  # a function, maybe
