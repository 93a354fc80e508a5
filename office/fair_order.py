"""Who is next for a free person: a promise at risk, then a live caller, then any other promise (DESIGN 3). Pure.

The rule is seen from two sides, the callers' and the promises', and stands here so that both keep to the same one.
"""


def for_callers(free: int, promises_at_risk: int, callers_ahead: int = 0) -> int:
    """How many of the free people a live caller may have: promises at risk go first, and so do callers who rang before."""
    return max(free - promises_at_risk - callers_ahead, 0)


def for_promise(free: int, *, at_risk: bool, callers_waiting: int, on_duty: int, keep_free: int) -> int:
    """How many of the free people a promise may choose from; 0: it must wait.

    At risk, it has them all. Otherwise each caller who waits, and for whom no phone rings yet, comes first, and
    `keep_free` more stay free for those who ring next; not where that would leave the only person on duty idle.
    """
    if at_risk:
        return free
    keep = keep_free if on_duty > 1 else 0
    return max(free - callers_waiting - keep, 0)
