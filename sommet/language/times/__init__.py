"""Time expressions in French, English, Russian and Chinese: found in text, resolved to intervals.

`find` knows words and grammar, `TimeExpression.resolve` knows the calendar; neither reads a clock.
The words and the grammar are data: `sommet/knowledge/lexicons/time.<lang>.yaml`.
"""

from sommet.language.times.engine import TimeExpression, find
from sommet.language.times.model import Direction, Interval

__all__ = ["Direction", "Interval", "TimeExpression", "find"]
