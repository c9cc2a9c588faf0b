"""scikit-learn's BernoulliRBM: its own loop of persistent contrastive divergence with one Gibbs sweep."""

import sklearn
from peers import pack, unpack
from sklearn.neural_network import BernoulliRBM

VERSION = sklearn.__version__


def machine(constants, epochs):
    return BernoulliRBM(
        n_components=constants["hidden"],
        learning_rate=constants["learningRate"],
        batch_size=constants["batch"],
        n_iter=epochs,
        random_state=0,
    )


def rbm(constants, arrays, layouts):
    rows, layout = arrays["rows"], layouts["energy"]
    batch = rows[: constants["batch"]]
    params = unpack(arrays["params.energy"], layout)
    # A machine with our parameters: energies and the gradient of the data's side, from its own methods.
    known = machine(constants, 1).fit(batch)
    known.components_ = params["weight"].T
    known.intercept_visible_, known.intercept_hidden_ = params["visible"], params["hidden"]
    hidden = known.transform(batch)
    gradient = {
        "weight": -(batch.T @ hidden) / len(batch),
        "visible": -batch.mean(0),
        "hidden": -hidden.mean(0),
    }

    def run(repeat):
        return machine(constants, repeat).fit(rows).components_

    return {"energy": known._free_energy(batch), "gradient": pack(gradient, layout)}, run


CASES = {"rbm": rbm}
