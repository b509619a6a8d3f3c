"""What the installed BayesFlow asks of an amortizer beyond BayesFlow 1.x's written contract.

`AmortizerModel` is the base class of the amortizers: a plain `keras.Model`, or, where BayesFlow 1.x
is installed, one that its own Trainer drives too.
"""

from .._bayesflow import bayesflow_major
from .legacy_keras import require_legacy_keras

if bayesflow_major() == 1:
    require_legacy_keras()
    from .bayesflow1 import AmortizerModel
else:
    from keras import Model as AmortizerModel

__all__ = ["AmortizerModel", "require_legacy_keras"]
