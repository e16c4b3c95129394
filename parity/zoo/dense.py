"""Twins made of dense layers, and networks for tables."""

from parity.zoo.entry import Input, Preset, Twin, features, image

TWINS = (
    Twin(
        name="mlp",
        keras="keras_impl.models.mlp:build_mlp",
        torch="torch_impl.models.mlp:MLP",
        summary="dense -> [batch norm] -> ReLU -> dropout, dense head",
        presets={
            "tabular": Preset(
                arguments={
                    "input_shape": (20,),
                    "units": (128, 64, 32),
                    "classes": 3,
                    "dropout": 0.3,
                    "batch_norm": True,
                },
                inputs=features(20),
                data="breast_cancer",
                parameters=14_019,
                source="HA1",
            ),
            "mnist": Preset(
                arguments={
                    "input_shape": (784,),
                    "units": (256, 128, 64),
                    "classes": 10,
                    "dropout": 0.2,
                    "batch_norm": False,
                },
                inputs=features(784),
                data="digits",
                parameters=242_762,
                source="HB1",
            ),
            "guide": Preset(
                arguments={"input_shape": (20,), "units": (64, 32), "classes": 1, "dropout": 0.2, "batch_norm": False},
                inputs=features(20),
                data="breast_cancer",
                loss="mean_squared_error",
                parameters=3_457,
                source="G",
            ),
            "slides": Preset(
                arguments={"input_shape": (20,), "units": (64, 64), "classes": 2, "dropout": 0.0, "batch_norm": False},
                inputs=features(20),
                data="breast_cancer",
                parameters=5_634,
                source="S",
            ),
            "xor": Preset(
                arguments={"input_shape": (2,), "units": (4,), "classes": 1, "dropout": 0.0, "batch_norm": False},
                inputs=features(2),
                data="xor",
                loss="binary_cross_entropy",
                parameters=17,
                source="F2",
            ),
            "fashion": Preset(
                arguments={
                    "input_shape": (28, 28),
                    "units": (128,),
                    "classes": 10,
                    "dropout": 0.0,
                    "batch_norm": False,
                },
                inputs=(Input("features", (28, 28)),),
                data="digits",
                parameters=101_770,
                source="F16",
            ),
        },
    ),
    Twin(
        name="regularized_mlp",
        keras="keras_impl.models.regularized_mlp:build_regularized_mlp",
        torch="torch_impl.models.regularized_mlp:RegularizedMLP",
        summary="a perceptron with a dropout rate per hidden layer and Xavier-uniform weights",
        presets={
            "handout": Preset(
                arguments={
                    "features": 20,
                    "units": (128, 64, 32),
                    "rates": (0.3, 0.3, 0.3),
                    "classes": 3,
                    "batch_norm": True,
                },
                inputs=features(20),
                data="breast_cancer",
                parameters=14_019,
                source="HA5",
            ),
            "plain": Preset(
                arguments={"features": 20, "units": (128, 64), "rates": (0.3, 0.3), "classes": 3, "batch_norm": False},
                inputs=features(20),
                data="breast_cancer",
                parameters=11_139,
                source="HA5",
            ),
        },
    ),
    Twin(
        name="dropout_mlp",
        keras="keras_impl.models.dropout_mlp:build_dropout_mlp",
        torch="torch_impl.models.dropout_mlp:DropoutMLP",
        summary="two hidden layers, dropout after each",
        presets={
            "guide": Preset(
                arguments={"features": 20, "units": 64, "classes": 2, "dropout": 0.5},
                inputs=features(20),
                data="breast_cancer",
                parameters=5_634,
                source="G",
            ),
        },
    ),
    Twin(
        name="batchnorm_mlp",
        keras="keras_impl.models.batchnorm_mlp:build_batchnorm_mlp",
        torch="torch_impl.models.batchnorm_mlp:BatchNormMLP",
        summary="two hidden layers, batch norm before each ReLU",
        presets={
            "guide": Preset(
                arguments={"features": 20, "units": 64, "classes": 2},
                inputs=features(20),
                data="breast_cancer",
                parameters=6_146,
                source="G",
            ),
        },
    ),
    Twin(
        name="linear",
        keras="keras_impl.models.linear:build_linear",
        torch="torch_impl.models.linear:Linear",
        summary="one weight, no bias",
        presets={
            "lesson": Preset(
                arguments={"features": 1, "classes": 1, "weight": 1.0},
                inputs=features(1),
                data="breast_cancer",
                loss="mean_squared_error",
                parameters=1,
                source="F3",
            ),
        },
    ),
    Twin(
        name="autoencoder",
        keras="keras_impl.models.autoencoder:build_autoencoder",
        torch="torch_impl.models.autoencoder:Autoencoder",
        summary="784 -> 128 -> 64 -> 2 -> 64 -> 128 -> 784, ReLU between",
        presets={
            "mnist": Preset(
                arguments={"width": 784, "units": (128, 64), "code": 2},
                inputs=features(784),
                data="digits",
                loss="mean_squared_error",
                options={"reconstruct": True},
                parameters=218_514,
                source="F10",
            ),
        },
    ),
    Twin(
        name="denoising_autoencoder",
        keras="keras_impl.models.denoising_autoencoder:build_denoising_autoencoder",
        torch="torch_impl.models.denoising_autoencoder:DenoisingAutoencoder",
        summary="an autoencoder that sees noised features while it trains",
        presets={
            "mnist": Preset(
                arguments={"width": 784, "units": (128, 64), "code": 2, "noise": 0.2},
                inputs=features(784),
                data="digits",
                loss="mean_squared_error",
                options={"reconstruct": True},
                parameters=218_514,
                source="F10",
            ),
        },
    ),
    Twin(
        name="vae",
        keras="keras_impl.models.vae:build_vae",
        torch="torch_impl.models.vae:VAE",
        summary="an autoencoder whose code is a Gaussian, sampled by reparameterisation",
        presets={
            "mnist": Preset(
                arguments={"width": 784, "units": (128, 64), "code": 2},
                inputs=(*features(784), Input("noise", (2,))),
                data="digits",
                loss="variational",
                options={"reconstruct": True},
                parameters=218_644,
                source="F10",
            ),
        },
    ),
    Twin(
        name="case_mlp",
        keras="keras_impl.models.case_mlp:build_case_mlp",
        torch="torch_impl.models.case_mlp:CaseMLP",
        summary="flatten, two dense layers: the CIFAR-10 case study",
        presets={
            "lesson": Preset(
                arguments={"channels": 3, "size": (32, 32), "units": 100, "classes": 10},
                inputs=image(3, 32, 32),
                data="photos",
                parameters=308_310,
                source="F7",
            ),
        },
    ),
    Twin(
        name="ft_transformer",
        keras="keras_impl.models.ft_transformer:build_ft_transformer",
        torch="torch_impl.models.ft_transformer:FTTransformer",
        summary="the numbers of a table row as tokens of a transformer, read at a class token",
        presets={
            "lesson": Preset(
                arguments={
                    "features": 20,
                    "width": 192,
                    "heads": 8,
                    "units": 256,
                    "depth": 3,
                    "classes": 2,
                    "dropout": 0.1,
                },
                inputs=features(20),
                data="breast_cancer",
                parameters=899_714,
                source="F22",
            ),
        },
    ),
)
