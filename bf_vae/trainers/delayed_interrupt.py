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
    received: list[tuple] = []
    previous = signal.signal(signal.SIGINT, lambda *arguments: received.append(arguments))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous or signal.default_int_handler)
    if received and callable(previous):
        previous(*received[0])
