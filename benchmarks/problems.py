"""Small problems whose posteriors are known: what sbibm's ten tasks do not have.

`DataTransform`'s inverse hyperbolic sine and its logarithm of data with zeros, the bend of
`BoxTransform`, `hidden_dependence` and what starts narrow by it, and the small penalties of
`LinearResidual` were added because of them; no other default was chosen by them.
"""

from one_parameter import ONE_PARAMETER
from several_parameters import SEVERAL_PARAMETERS
from time_series import TIME_SERIES

PROBLEMS = ONE_PARAMETER | SEVERAL_PARAMETERS | TIME_SERIES
