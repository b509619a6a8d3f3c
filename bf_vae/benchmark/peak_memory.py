"""Peak memory of a piece of work."""

from pathlib import Path

STATUS = Path("/proc/self/status")


class PeakMemory:
    """Most memory that this process had while the block ran.

    That of the whole process: with all that was loaded before, and what cells that it ran before
    have not given back.

    Attributes
    ----------
    megabytes : float or None
        None where the system does not tell (it does on Linux).
    """

    megabytes = None

    def __enter__(self):
        try:
            # 5 makes the peak start again from what is used now.
            Path("/proc/self/clear_refs").write_text("5")
            self._can_tell = True
        except OSError:
            self._can_tell = False
        return self

    def __exit__(self, *_):
        if self._can_tell:
            fields = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
            self.megabytes = int(fields["VmHWM"].split()[0]) / 1024
