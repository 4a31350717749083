// The logo and the picture at signing in: seen by everybody, set by those who may.
import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import type { Picture } from "../../api/images.ts";
import { removeImage, setImage } from "../../api/images.ts";
import { IMAGES, useImages } from "../../shell/brand.tsx";
import { sentence } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { FileButton } from "../../view/file-button.tsx";
import "./words.ts";

const NAMES: readonly Picture[] = ["logo", "sign-in"];
const TAKEN = ".png,.jpg,.jpeg,.webp";

export function Pictures({ writes }: { readonly writes: boolean }): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const there = useImages();
  const [busy, setBusy] = useState<Picture | null>(null);
  const run = async (name: Picture, deed: Promise<void>): Promise<void> => {
    setBusy(name);
    try {
      await deed;
    } catch (error) {
      void message.error(sentence(error, t));
    }
    await client.invalidateQueries({ queryKey: IMAGES });
    setBusy(null);
  };
  return (
    <section className="panel" data-pictures>
      <header>
        <h2>{t("parameters.pictures")}</h2>
      </header>
      <dl className="fields">
        {NAMES.map((name) => (
          <div key={name} data-picture={name}>
            <dt>{t(`parameters.picture.${name}`)}</dt>
            <dd className="picture">
              {there.has(name) ? <img src={there.get(name)} alt={t(`parameters.picture.${name}`)} /> : <span className="faint">{t("parameters.noPicture")}</span>}
              {writes && <FileButton accept={TAKEN} size="small" busy={busy === name} pick={(file) => void run(name, setImage(name, file))}>{t("parameters.choosePicture")}</FileButton>}
              {writes && there.has(name) && <Button size="small" onClick={() => void run(name, removeImage(name))}>{t("action.remove")}</Button>}
            </dd>
          </div>
        ))}
      </dl>
      <p className="faint">{t("parameters.pictureHint")}</p>
    </section>
  );
}
