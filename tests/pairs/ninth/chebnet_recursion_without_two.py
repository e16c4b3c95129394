"""ChebNet on traffic sensors, K = 4: readings and the scaled Laplacian go in, one forecast per sensor comes out."""

INPUTS = ("7x5", "7x7")
TRUTH = {
    "identical": False,
    "causes": [
        {
            # T_k = 2 L T_{k-1} - T_{k-2}; the port has lost the 2
            "rules": ["scale-other"],
            "keras": ["cheb_*", "cheb_*/*", "multiply*"],
            "torch": ["conv*", "matmul*", "bmm*", "sub*", "einsum*", "stack*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ChebConv(layers.Layer):
        def __init__(self, units, order, **kwargs):
            super().__init__(**kwargs)
            self.units, self.order = units, order

        def build(self, shapes):
            shape = (self.order, shapes[0][-1], self.units)
            self.kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="kernel")
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

        def call(self, inputs):
            x, laplacian = inputs
            terms = [x, ops.matmul(laplacian, x)]
            while len(terms) < self.order:
                terms.append(2 * ops.matmul(laplacian, terms[-1]) - terms[-2])
            return sum(ops.matmul(term, self.kernel[k]) for k, term in enumerate(terms)) + self.bias

    readings, laplacian = keras.Input((7, 5)), keras.Input((7, 7))
    x = layers.ReLU()(ChebConv(10, 4, name="cheb_1")([readings, laplacian]))
    x = layers.ReLU()(ChebConv(8, 4, name="cheb_2")([x, laplacian]))
    return keras.Model([readings, laplacian], layers.Dense(1, name="forecast")(x))


def torch_model():
    import torch
    from torch import nn

    class ChebConv(nn.Module):
        def __init__(self, in_c, out_c, K):
            super().__init__()
            self.weight = nn.Parameter(torch.empty(K, in_c, out_c))
            self.bias = nn.Parameter(torch.zeros(out_c))
            nn.init.xavier_normal_(self.weight)

        def forward(self, x, L):
            Tx = [x, torch.bmm(L, x)]
            for _ in range(2, self.weight.shape[0]):
                Tx.append(torch.bmm(L, Tx[-1]) - Tx[-2])
            return torch.einsum("kbni,kio->bno", torch.stack(Tx), self.weight) + self.bias

    class ChebNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = ChebConv(5, 10, 4), ChebConv(10, 8, 4)
            self.out = nn.Linear(8, 1)

        def forward(self, x, L):
            x = self.conv1(x, L).relu()
            x = self.conv2(x, L).relu()
            return self.out(x)

    return ChebNet()
