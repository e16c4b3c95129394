"""Distilled DeiT with both heads: transformers gives the mean of the two logits, my Keras head adds them up. argmax is
the same, which is why nobody saw it.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["logits", "cls_classifier", "distillation_classifier"],
            "torch": ["", "add*", "div*", "cls_classifier", "distillation_classifier"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import DeiTBackbone

    backbone = DeiTBackbone(
        image_shape=(32, 32, 3), patch_size=8, num_layers=2, num_heads=4, hidden_dim=16, intermediate_dim=24
    )
    x = backbone.output
    of_class = keras.layers.Dense(5, name="cls_classifier")(x[:, 0])
    of_teacher = keras.layers.Dense(5, name="distillation_classifier")(x[:, 1])
    return keras.Model(backbone.input, keras.layers.Add(name="logits")([of_class, of_teacher]))


def torch_model():
    from transformers import DeiTConfig, DeiTForImageClassificationWithTeacher

    class Classifier(DeiTForImageClassificationWithTeacher):
        def forward(self, pixel_values):
            return super().forward(pixel_values=pixel_values).logits

    config = DeiTConfig(
        image_size=32,
        patch_size=8,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=24,
        layer_norm_eps=1e-6,
        num_labels=5,
    )
    return Classifier(config)
