"""scikit-learn's BernoulliRBM: its own steps of persistent contrastive divergence with one Gibbs sweep."""

import numpy
import sklearn
from peers import pack, unpack
from sklearn.neural_network import BernoulliRBM

VERSION = sklearn.__version__


def rbm(dtype):
    """The case with rows of a width, in which scikit-learn then computes."""

    def case(constants, arrays, layouts):
        rows, layout, size = arrays["rows"].astype(dtype), layouts["energy"], constants["batch"]
        machine = BernoulliRBM(
            n_components=constants["hidden"],
            learning_rate=constants["learningRate"],
            batch_size=size,
            n_iter=1,
            random_state=0,
        ).fit(rows)
        # Energies and the gradient of the data's side, from its own methods at our parameters.
        params = {name: value.astype(dtype) for name, value in unpack(arrays["params.energy"], layout).items()}
        machine.components_ = numpy.asfortranarray(params["weight"].T)
        machine.intercept_visible_, machine.intercept_hidden_ = params["visible"], params["hidden"]
        batch = rows[:size]
        energy, hidden = machine._free_energy(batch), machine.transform(batch)
        gradient = {"weight": -(batch.T @ hidden) / size, "visible": -batch.mean(0), "hidden": -hidden.mean(0)}
        batches = [rows[i : i + size] for i in range(0, len(rows), size)]
        random = numpy.random.RandomState(0)

        def run(repeat):
            """Epochs as `fit` does them, without its drawing of the first weights."""
            for _ in range(repeat):
                for one in batches:
                    machine._fit(one, random)
            return machine.components_

        return {"energy": energy, "gradient": pack(gradient, layout)}, run

    return case


CASES = {"rbm": rbm(numpy.float32)}
