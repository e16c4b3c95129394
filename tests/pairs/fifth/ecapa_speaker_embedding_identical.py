"""ECAPA-TDNN, small: Res2 blocks with squeeze and excitation, attentive statistics with context, as in TaoRuijie's
repository. Keras keeps time in the middle and writes the statistics with weighted sums; both clamp before the root.
"""

INPUTS = ("30x10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def norm(name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)

    class Bottle2neck(layers.Layer):
        def __init__(self, width, dilation, scale=4, **kwargs):
            super().__init__(**kwargs)
            part = width // scale
            self.scale = scale
            self.first, self.first_norm = layers.Conv1D(width, 1, activation="relu", name="conv1"), norm("bn1")
            self.middle = [
                layers.Conv1D(part, 3, padding="same", dilation_rate=dilation, activation="relu", name=f"convs_{i}")
                for i in range(scale - 1)
            ]
            self.middle_norms = [norm(f"bns_{i}") for i in range(scale - 1)]
            self.last, self.last_norm = layers.Conv1D(width, 1, activation="relu", name="conv3"), norm("bn3")
            self.squeeze = layers.Dense(8, activation="relu", name="se_down")
            self.excite = layers.Dense(width, activation="sigmoid", name="se_up")

        def call(self, x, training=None):
            parts = ops.split(self.first_norm(self.first(x), training=training), self.scale, axis=-1)
            done, previous = [], 0.0
            for part, conv, bn in zip(parts[:-1], self.middle, self.middle_norms, strict=True):
                previous = bn(conv(part + previous), training=training)
                done.append(previous)
            y = self.last_norm(self.last(ops.concatenate([*done, parts[-1]], axis=-1)), training=training)
            return x + y * self.excite(self.squeeze(ops.mean(y, axis=1, keepdims=True)))

    def with_context(x):
        mean, variance = ops.mean(x, axis=1, keepdims=True), ops.var(x, axis=1, keepdims=True)
        n = x.shape[1]
        deviation = ops.sqrt(ops.maximum(variance * (n / (n - 1)), 1e-4))  # torch.var divides by n - 1
        return ops.concatenate([x, *(ops.repeat(s, n, axis=1) for s in (mean, deviation))], axis=-1)

    def statistics(args):
        x, weights = args
        mean = ops.einsum("btc,btc->bc", x, weights)
        square = ops.einsum("btc,btc->bc", ops.square(x), weights)
        return ops.concatenate([mean, ops.sqrt(ops.maximum(square - ops.square(mean), 1e-4))], axis=-1)

    features = keras.Input((30, 10), name="fbank")
    x = norm("bn1")(layers.Conv1D(16, 5, padding="same", activation="relu", name="conv1")(features))
    x1 = Bottle2neck(16, 2, name="layer1")(x)
    x2 = Bottle2neck(16, 3, name="layer2")(layers.Add(name="sum1")([x, x1]))
    x3 = Bottle2neck(16, 4, name="layer3")(layers.Add(name="sum2")([x, x1, x2]))
    x = layers.Concatenate(name="all_layers")([x1, x2, x3])
    x = layers.Conv1D(24, 1, activation="relu", name="layer4")(x)
    y = layers.Dense(12, activation="relu", name="attention_down")(layers.Lambda(with_context, name="context")(x))
    y = layers.Activation("tanh", name="attention_tanh")(norm("attention_bn")(y))
    y = layers.Softmax(axis=1, name="attention_weights")(layers.Dense(24, name="attention_up")(y))
    x = norm("bn5")(layers.Lambda(statistics, name="statistics")([x, y]))
    return keras.Model(features, norm("bn6")(layers.Dense(12, name="fc6")(x)))


def torch_model():
    import torch
    from torch import nn

    class SEModule(nn.Module):
        def __init__(self, channels, bottleneck=8):
            super().__init__()
            self.se = nn.Sequential(
                nn.AdaptiveAvgPool1d(1),
                nn.Conv1d(channels, bottleneck, kernel_size=1),
                nn.ReLU(),
                nn.Conv1d(bottleneck, channels, kernel_size=1),
                nn.Sigmoid(),
            )

        def forward(self, x):
            return x * self.se(x)

    class Bottle2neck(nn.Module):
        def __init__(self, planes, dilation, scale=4):
            super().__init__()
            self.width, self.nums = planes // scale, scale - 1
            w = self.width
            self.conv1, self.bn1 = nn.Conv1d(planes, planes, 1), nn.BatchNorm1d(planes)
            self.convs = nn.ModuleList(
                nn.Conv1d(w, w, 3, dilation=dilation, padding=dilation) for _ in range(self.nums)
            )
            self.bns = nn.ModuleList(nn.BatchNorm1d(w) for _ in range(self.nums))
            self.conv3, self.bn3 = nn.Conv1d(planes, planes, 1), nn.BatchNorm1d(planes)
            self.relu, self.se = nn.ReLU(), SEModule(planes)

        def forward(self, x):
            spx = torch.split(self.bn1(self.relu(self.conv1(x))), self.width, 1)
            sp = out = self.bns[0](self.relu(self.convs[0](spx[0])))
            for i in range(1, self.nums):
                sp = self.bns[i](self.relu(self.convs[i](sp + spx[i])))
                out = torch.cat((out, sp), 1)
            out = torch.cat((out, spx[self.nums]), 1)
            return self.se(self.bn3(self.relu(self.conv3(out)))) + x

    class ECAPA(nn.Module):
        def __init__(self, C=16):
            super().__init__()
            self.conv1, self.relu, self.bn1 = nn.Conv1d(10, C, 5, padding=2), nn.ReLU(), nn.BatchNorm1d(C)
            self.layer1, self.layer2, self.layer3 = (Bottle2neck(C, d) for d in (2, 3, 4))
            self.layer4 = nn.Conv1d(3 * C, 24, kernel_size=1)
            self.attention = nn.Sequential(
                nn.Conv1d(72, 12, 1), nn.ReLU(), nn.BatchNorm1d(12), nn.Tanh(), nn.Conv1d(12, 24, 1), nn.Softmax(dim=2)
            )
            self.bn5, self.fc6, self.bn6 = nn.BatchNorm1d(48), nn.Linear(48, 12), nn.BatchNorm1d(12)

        def forward(self, x):
            x = self.bn1(self.relu(self.conv1(x)))
            x1 = self.layer1(x)
            x2 = self.layer2(x + x1)
            x3 = self.layer3(x + x1 + x2)
            x = self.relu(self.layer4(torch.cat((x1, x2, x3), dim=1)))
            t = x.size()[-1]
            spread = torch.sqrt(torch.var(x, dim=2, keepdim=True).clamp(min=1e-4)).repeat(1, 1, t)
            w = self.attention(torch.cat((x, torch.mean(x, dim=2, keepdim=True).repeat(1, 1, t), spread), dim=1))
            mu = torch.sum(x * w, dim=2)
            sg = torch.sqrt((torch.sum((x**2) * w, dim=2) - mu**2).clamp(min=1e-4))
            return self.bn6(self.fc6(self.bn5(torch.cat((mu, sg), 1))))

    return ECAPA()
