"""Gaussian-Bernoulli RBM with a class unit as an energy: free energy, class posterior by energies of all classes,
and the mean-field reconstruction, which gets no gradient on either side. Bare parameters; Keras subtracts, PyTorch
uses softplus of F.linear.
"""

INPUTS = ("12",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Machine(layers.Layer):
        def __init__(self, hidden, classes, **kwargs):
            super().__init__(**kwargs)
            self.hidden, self.classes = hidden, classes

        def build(self, shape):
            size = shape[-1]
            self.c = self.add_weight(shape=(self.hidden,), initializer="random_normal", name="c")
            self.d = self.add_weight(shape=(self.classes,), initializer="random_normal", name="d")
            self.b = self.add_weight(shape=(size,), initializer="random_normal", name="b")
            self.class_weight = self.add_weight(shape=(self.classes, self.hidden), name="class_weight")
            self.pixel_weight = self.add_weight(shape=(size, self.hidden), name="pixel_weight")

        def call(self, v):
            field = ops.matmul(v, self.pixel_weight) + self.c
            every = ops.expand_dims(field, 1) + self.class_weight
            visible = 0.5 * ops.sum(ops.square(v - self.b), axis=-1, keepdims=True)
            energies = visible - self.d - ops.sum(ops.logaddexp(every, ops.zeros_like(every)), axis=-1)
            posterior = ops.softmax(-energies)
            hidden = ops.einsum("bk,bkh->bh", posterior, ops.sigmoid(every))
            fantasy = ops.stop_gradient(self.b + ops.matmul(hidden, ops.transpose(self.pixel_weight)))
            return -ops.logsumexp(-energies, axis=-1), posterior, fantasy

    visible = keras.Input((12,), name="visible")
    free, posterior, fantasy = Machine(10, 3, name="machine")(visible)
    return keras.Model(visible, {"free_energy": free, "posterior": posterior, "fantasy": fantasy})


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ClassRBM(nn.Module):
        def __init__(self, n_vis=12, n_hid=10, n_classes=3):
            super().__init__()
            self.W = nn.Parameter(torch.randn(n_hid, n_vis) * 0.1)
            self.U = nn.Parameter(torch.randn(n_hid, n_classes) * 0.1)
            self.v_bias = nn.Parameter(torch.randn(n_vis) * 0.1)
            self.h_bias = nn.Parameter(torch.randn(n_hid) * 0.1)
            self.y_bias = nn.Parameter(torch.randn(n_classes) * 0.1)

        def class_terms(self, v):
            pre = F.linear(v, self.W, self.h_bias)
            return pre, torch.stack([F.softplus(pre + u).sum(-1) for u in self.U.unbind(1)], dim=-1) + self.y_bias

        def forward(self, v):
            pre, terms = self.class_terms(v)
            quadratic = ((v - self.v_bias) ** 2).sum(-1) / 2
            p_y = terms.softmax(-1)
            with torch.no_grad():
                h = sum(p_y[:, k : k + 1] * torch.sigmoid(pre + self.U[:, k]) for k in range(p_y.size(1)))
                v_model = F.linear(h, self.W.t(), self.v_bias)
            return {"free_energy": quadratic - torch.logsumexp(terms, -1), "posterior": p_y, "fantasy": v_model}

    return ClassRBM()
