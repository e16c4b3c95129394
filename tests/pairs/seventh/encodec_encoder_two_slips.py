"""EnCodec's encoder (48 kHz flavour: group norm over time, causal here) from transformers into Keras.

Transients at the very start of a clip sound wrong and the codes drift. I pad with zeros where EnCodec reflects,
and the LSTM at the end has a skip connection which I did not see in the paper's figure.
"""

INPUTS = ("64x1",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["padding-mode"],
            "keras": ["*pad*", "first*", "*conv*", "*norm*", "unit*", "down*", "last*"],
            "torch": ["layers.*"],
        },
        {
            "rules": ["branch-missing"],
            "keras": ["lstm*", "*elu*", "*last*"],
            "torch": ["layers.7*", "layers.8*", "layers.9*"],
        },
    ],
    "first": {"keras": ["*pad*", "first*"], "torch": ["layers.0*"]},
}


def keras_model():
    import keras
    from keras import layers

    def conv(x, filters, kernel, stride=1, dilation=1, name=None):
        span = (kernel - 1) * dilation + 1 - stride
        if span:
            x = layers.ZeroPadding1D((span, 0), name=f"{name}_pad")(x)
        x = layers.Conv1D(filters, kernel, strides=stride, dilation_rate=dilation, name=f"{name}_conv")(x)
        return layers.GroupNormalization(groups=1, epsilon=1e-5, name=f"{name}_norm")(x)

    def unit(x, dilation, name):
        width = x.shape[-1]
        y = conv(layers.Activation("elu")(x), width // 2, 3, dilation=dilation, name=f"{name}_a")
        y = conv(layers.Activation("elu")(y), width, 1, name=f"{name}_b")
        return layers.Add()([conv(x, width, 1, name=f"{name}_shortcut"), y])

    wave = keras.Input((64, 1))
    x = conv(wave, 8, 7, name="first")
    for i, ratio in enumerate((2, 4)):
        x = unit(x, 1, f"unit_{i}")
        x = conv(layers.Activation("elu")(x), 2 * x.shape[-1], 2 * ratio, ratio, name=f"down_{i}")
    for i in range(2):
        x = layers.LSTM(32, return_sequences=True, name=f"lstm_{i}")(x)
    x = conv(layers.Activation("elu", name="last_elu")(x), 12, 7, name="last")
    return keras.Model(wave, x)


def torch_model():
    from transformers import EncodecConfig, EncodecModel

    config = EncodecConfig(
        num_filters=8,
        hidden_size=12,
        upsampling_ratios=[4, 2],
        norm_type="time_group_norm",
        num_lstm_layers=2,
        codebook_size=8,
        sampling_rate=8000,
    )
    return EncodecModel(config).encoder
