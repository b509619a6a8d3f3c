"""Ctrl-C at a moment that suits."""

import signal
import threading
from contextlib import contextmanager


@contextmanager
def delayed_interrupt():
    """Let Ctrl-C within the block take effect at its end.

    An epoch runs outside of Python and cannot be stopped in its middle anyway; this way it is also
    recorded before the interrupt, and weights and history agree.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, frame: received.append(number))
    try:
        yield
    finally:
        # None: a handler that was not set from Python, and cannot be set again.
        signal.signal(signal.SIGINT, signal.default_int_handler if previous is None else previous)
    if received:
        signal.raise_signal(signal.SIGINT)
