"""Lists with spaces as well as commas: ``--budgets 10000 20000``."""

from typer.core import TyperCommand


class SpacedLists(TyperCommand):
    """A command without positional arguments: what follows an option's value joins it."""

    def parse_args(self, ctx, args):
        """Join values by commas, then parse as ever."""
        joined = []
        for part in args:
            if joined and not joined[-1].startswith("-") and not part.startswith("-"):
                joined[-1] += f",{part}"
            else:
                joined.append(part)
        return super().parse_args(ctx, joined)
