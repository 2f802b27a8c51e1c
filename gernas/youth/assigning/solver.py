"""Ask the solver about a task, in a process of its own."""

from collections.abc import Callable

from gernas.core.solver import ask_solver as ask
from gernas.youth.assigning.tasks import Answer, Task

MODULE = "gernas.youth.assigning.solving"


def ask_solver(task: Task, *, tell: Callable[[float], bool] = lambda _seconds: True) -> Answer:
    """The answer to a task; see ``gernas.core.solver``.

    Raises:
        SolverFailed: it died, took too long, or was stopped.
    """
    return Answer.of(ask(MODULE, task.to_json(), seconds=task.seconds, tell=tell))
