"""The author's convolutional gumbel-vae for 28x28 (packages/models/src/networks/conv.ts), channels last."""

import sys

import torch
from common import measure_training, start_torch
from torch import nn
from torch.nn import functional as F

start_torch()
batch, feature, latent, clusters = int(sys.argv[2]), 150, 100, 10
channels = [1, 16, 32, 64, 128, feature]
kernels = [5, 5, 4, 5, 3]
strides = [1, 1, 2, 2, 1]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        down, up = [], []
        for i in range(5):
            down += [
                nn.Conv2d(channels[i], channels[i + 1], kernels[i], strides[i], bias=False),
                nn.BatchNorm2d(channels[i + 1]),
                nn.ReLU(),
            ]
        for i in reversed(range(5)):
            up.append(nn.ConvTranspose2d(channels[i + 1], channels[i], kernels[i], strides[i], bias=i == 0))
            if i > 0:
                up += [nn.BatchNorm2d(channels[i]), nn.ReLU()]
        self.down, self.up = nn.Sequential(*down), nn.Sequential(*up)
        self.mean, self.log_variance = nn.Linear(feature, latent), nn.Linear(feature, latent)
        self.logits = nn.Linear(feature, clusters)
        self.from_z, self.from_c = nn.Linear(latent, feature), nn.Linear(clusters, feature)

    def forward(self, x):
        h = self.down(x).flatten(1)
        mu, log_variance, logits = self.mean(h), self.log_variance(h), self.logits(h)
        c = F.gumbel_softmax(logits, tau=1.0)
        z = mu + torch.exp(0.5 * log_variance) * torch.randn_like(mu)
        decoded = self.up(F.relu(self.from_z(z) + self.from_c(c))[:, :, None, None])
        reconstruction = F.binary_cross_entropy_with_logits(decoded, x, reduction="sum") / batch
        log_pi = F.log_softmax(logits, 1)
        categorical = (log_pi.exp() * (log_pi + torch.log(torch.tensor(float(clusters))))).sum() / batch
        gaussian = -0.5 * (1 + log_variance - mu**2 - log_variance.exp()).sum() / batch
        return reconstruction + categorical + 4 * gaussian


model = Model().to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
x = torch.rand(batch, 1, 28, 28).to(memory_format=torch.channels_last)
measure_training(lambda: model(x), optimizer)
